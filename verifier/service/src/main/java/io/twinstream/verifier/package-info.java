/**
 * Runs the verifier as a service, which {@link io.twinstream.verifier.VerifierService} puts together from the packages.
 *
 * <pre>
 *   settings, metrics, tracing, gallery, model, embeddings, references, version, control, standstill, lookahead, stream, merge,
 *   window, drift, feed, board, events, forward, web -&gt; VerifierService
 *   stream -&gt; replay
 * </pre>
 *
 * <p>The way of a model version, from its publication to a verdict, leads through several packages:
 *
 * <pre>
 *   publish        GatedPublication (trainer) -&gt; topics of releases and chunks
 *   activate       ModelControl (control) -&gt; ActivationRules -&gt; ActivationWriter -&gt; topic of activations
 *                    |
 *   log            ModelLog (schemas.release) follows these topics -&gt; PublishedModels, Timeline
 *                    |
 *   held versions  HeldVersions (version) asks the plan what to hold; opens, keeps and drops versions
 *   plan           VersionPlan (version): Timeline -&gt; which version judges a probe of a time, and which are wanted
 *                    |
 *   open           ModelVersion and VersionOpener (version), step by step:
 *                    PackageCache (schemas.release) fetches and checks the package -&gt; ModelTrial (trial) opens it in a process of its own
 *                    -&gt; ServingModel (model; PrecisionChoice), SelfTest (trial), warm-up -&gt; OpenModel: GalleryUpdate (references) -&gt; Gallery (gallery)
 *                    |                                     '-&gt; StateReports (version) -&gt; topic of states -&gt; ModelBoard (control)
 *   choice         ModelChoice (model), which HeldVersions is: append time of a probe -&gt; ModelLease -&gt; ServingModel
 *                    |
 *   verdict        JudgeProcessor (stream) takes the lease; LookAhead (lookahead) embeds and searches by it, Judge decides
 * </pre>
 */
@NullMarked
package io.twinstream.verifier;

import org.jspecify.annotations.NullMarked;
