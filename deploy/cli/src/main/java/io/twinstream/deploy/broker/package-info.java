/**
 * This package runs Apache Kafka's own broker and controller in this process: one KRaft node for a first look, development and
 * tests.
 *
 * <pre>
 *   BrokerOptions -&gt; ListenSockets (ports) , BrokerStorage (formatted folder)
 *                       `-&gt; BrokerProperties -&gt; EmbeddedBroker -&gt; bootstrapServers
 * </pre>
 */
@NullMarked
package io.twinstream.deploy.broker;

import org.jspecify.annotations.NullMarked;
