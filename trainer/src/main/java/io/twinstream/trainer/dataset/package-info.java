/**
 * Labelled images from a folder, an archive or the topic, decoded as the verifier decodes them.
 *
 * <pre>
 *   FolderSource (ImageFiles) --------.
 *   ArchiveSource (Zip-, TarEntries) --+-&gt; SourceImage -&gt; ImageCollector -&gt; Cleaning -&gt; ImageSet (fingerprint)
 *   TopicSource ----------------------'      HeapBudget        |                 |
 *                                              |               |              SplitRule -&gt; Split
 *                                              '- ProblemList -'                 |
 *                                                      '-&gt; DataReport ...... TrainingData
 *   runs/run01/... -&gt; OneShotRun
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.dataset;

import org.jspecify.annotations.NullMarked;
