/** This package holds the commands that bring a Kafka broker of their own: {@code demo}, {@code broker}, {@code bench}. */
@NullMarked
package io.twinstream.deploy.cli.embedded;

import org.jspecify.annotations.NullMarked;
