/**
 * Tells who sent a probe what became of it. Verdicts and dead letters are read once for all who ask, and from the first who asks on.
 *
 * <pre>
 *   verdicts, dead letters -&gt; FollowedResults -&gt; ReadResult -&gt; WaitingRoom (who waits, and the latest results)
 *                                                                |
 *   request -&gt; ResultDesk -&gt; ProbeWait -&gt; probe is sent -&gt; its place -&gt; ProbeAnswer
 * </pre>
 */
@NullMarked
package io.twinstream.ingest.answer;

import org.jspecify.annotations.NullMarked;
