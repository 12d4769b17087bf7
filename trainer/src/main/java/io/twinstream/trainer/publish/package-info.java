/**
 * Leads a model package to a version that verifiers can fetch, and from there to one that is gone.
 *
 * <pre>
 *   package file -&gt; GatedPublication -&gt; Gate (against the ServingVersion)
 *                        '-&gt; ModelPublisher -&gt; one transaction: chunks topic, then the signed release
 *   releases, activations -&gt; ModelPruning -&gt; PrunePlan -&gt; one transaction a version: tombstones on both topics
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.publish;

import org.jspecify.annotations.NullMarked;
