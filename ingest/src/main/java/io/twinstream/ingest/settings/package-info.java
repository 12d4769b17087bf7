/**
 * What ingest can be told: keys declared once, and the groups of values that were checked together.
 *
 * <pre>
 *   IngestSettings.define -&gt; Settings -&gt; FolderSettings
 * </pre>
 */
@NullMarked
package io.twinstream.ingest.settings;

import org.jspecify.annotations.NullMarked;
