/**
 * Reads labelled images from a folder, an archive or the topic, and decodes them as the verifier does.
 *
 * <pre>
 *   FolderSource (ImageFiles) -.
 *   ArchiveSource (zip, tar) --+-&gt; SourceImage -&gt; ImageCollector -&gt; Cleaning -&gt; ImageSet (fingerprint)
 *   TopicSource ---------------'    (HeapBudget)       |                 |
 *                                        '- ProblemList -'             Split
 *                                               '-&gt; DataReport ...... TrainingData
 *   runs/run01/... -&gt; OneShotRun
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.dataset;

import org.jspecify.annotations.NullMarked;
