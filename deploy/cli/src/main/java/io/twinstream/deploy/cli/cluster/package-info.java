/** This package finds the Kafka cluster that a command needs: whether a broker answers, topics are there and rights suffice. */
@NullMarked
package io.twinstream.deploy.cli.cluster;

import org.jspecify.annotations.NullMarked;
