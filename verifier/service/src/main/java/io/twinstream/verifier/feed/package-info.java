/**
 * Reads verdicts, dead letters and pictures from their topics for people. Judging neither waits for this nor knows of it.
 *
 * <pre>
 *   verdicts topic -&gt; VerdictTail (a sample of what comes) | LatestVerdicts (the latest) -&gt; VerdictView
 *   dead-letters topic -&gt; DeadLetters (the latest, and the picture of one) -&gt; DeadLetterView
 *   probes, references topics -&gt; TopicPictures (one by its position)
 *   TopicReaderPool keeps the readers of the topics.
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.feed;

import org.jspecify.annotations.NullMarked;
