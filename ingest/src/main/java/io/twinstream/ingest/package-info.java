/**
 * Takes images in by HTTP, from a folder or from the command line, and puts them on Kafka.
 *
 * <pre>
 *   settings -&gt; image -&gt; publish -&gt; answer, feedback -&gt; http, folder (IngestService), cli (called by the launcher)
 * </pre>
 */
@NullMarked
package io.twinstream.ingest;

import org.jspecify.annotations.NullMarked;
