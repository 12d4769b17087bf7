/**
 * This package runs Apache Kafka's own broker and controller in this process: one KRaft node for a first look, development and
 * tests.
 *
 * <pre>
 *   BrokerOptions -&gt; EmbeddedBroker: bound ports, formatted folder, BrokerProperties -&gt; bootstrapServers
 * </pre>
 */
@NullMarked
package io.twinstream.deploy.broker;

import org.jspecify.annotations.NullMarked;
