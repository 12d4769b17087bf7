/**
 * This package shows the main job in one process, for a first look: a broker, a verifier, ingest, and people to tell apart.
 *
 * <pre>
 *   People (drawn, or a folder of pictures) -&gt; DemoWorkload -&gt; ProbeStream (steady rate) -&gt; ImagePublisher
 *                                                     |
 *   VerdictReader ------------------------------------'-&gt; DemoTally -&gt; DemoReport: live lines, summary
 *   DemoCluster: broker, topics, verifier, ingest ; Demo: all of it in order
 * </pre>
 */
@NullMarked
package io.twinstream.deploy.demo;

import org.jspecify.annotations.NullMarked;
