/**
 * Declares the keys of ingest once, and groups the values that are checked together.
 *
 * <pre>
 *   IngestSettings.define -&gt; Settings -&gt; IngestSettings: CommonSettings, SendSettings, HttpSettings, FolderSettings
 * </pre>
 */
@NullMarked
package io.twinstream.ingest.settings;

import org.jspecify.annotations.NullMarked;
