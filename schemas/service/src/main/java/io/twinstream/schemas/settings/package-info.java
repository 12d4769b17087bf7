/**
 * Declares settings with Kafka's ConfigDef and reads them from a file, the environment and options, in that order.
 *
 * <pre>
 *   ConfigDef + file &lt; environment &lt; options -&gt; Settings.parse -&gt; Settings -&gt; CommonSettings, a service's own records
 *   keys for Kafka's clients -&gt; KafkaKeys: known, misspelt, or a plugin's
 *   what is wrong in any of them -&gt; Findings -&gt; SettingsException
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.settings;

import org.jspecify.annotations.NullMarked;
