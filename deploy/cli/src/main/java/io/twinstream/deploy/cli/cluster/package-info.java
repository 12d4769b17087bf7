/** How a command finds the Kafka cluster that it needs: whether a broker answers, topics are there and rights suffice. */
@NullMarked
package io.twinstream.deploy.cli.cluster;

import org.jspecify.annotations.NullMarked;
