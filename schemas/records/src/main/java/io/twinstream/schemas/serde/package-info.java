/**
 * Turns records into bytes and back, in Avro's single-object encoding.
 *
 * <pre>
 *   record -&gt; RecordSerde -&gt; C3 01 | fingerprint | body -&gt; RecordSerde (ReleasedSchemas) -&gt; record
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.serde;

import org.jspecify.annotations.NullMarked;
