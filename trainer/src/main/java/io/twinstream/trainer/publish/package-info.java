/**
 * From a model package to a version that verifiers can fetch.
 *
 * <pre>
 *   package file -&gt; GatedPublication -&gt; Gate (against the ServingVersion) -&gt; GateDecision
 *                        '-&gt; ModelPublisher -&gt; one transaction: chunks topic, then releases topic
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.publish;

import org.jspecify.annotations.NullMarked;
