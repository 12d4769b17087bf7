/**
 * This package holds the commands that prepare a cluster and a service: {@code topics}, {@code acls}, {@code keys}, {@code
 * settings}.
 */
@NullMarked
package io.twinstream.deploy.cli.setup;

import org.jspecify.annotations.NullMarked;
