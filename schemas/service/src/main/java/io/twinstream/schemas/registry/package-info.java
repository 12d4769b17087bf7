/**
 * Uses a schema registry, where there is one: it turns values of topics into the Confluent wire format and back.
 *
 * <pre>
 *   RecordSerde.encode -&gt; RecordValues.serializer (SchemaRegistry: schema -&gt; id) -&gt; 00 | id | body, fingerprint in a header -&gt; topic
 *   topic -&gt; RecordValues.deserializer (header, or SchemaRegistry: id -&gt; schema) -&gt; C3 01 | fingerprint | body -&gt; RecordSerde.decode
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.registry;

import org.jspecify.annotations.NullMarked;
