/**
 * Model versions: how they are found and trusted, which one judges which probe, and how one comes to be ready here, its
 * gallery kept equal to the references topic.
 *
 * <pre>
 *   releases topic -&gt; PublishedModels -&gt; ModelRelease -&gt; PackageCache -&gt; ModelPackage
 *   PackageCache: TrustedKeys -&gt; ReleaseClaims -&gt; PackageFolder | PackageFetch (chunks topic) -&gt; PackageFolder
 *   activations topic -&gt; Activations -&gt; Timeline
 *   releases, activations -&gt; ModelLog (follows them) -&gt; VersionPlan (which version is wanted) -&gt; Versions
 *   Versions: VersionOpener -&gt; ModelVersion: ModelPackage -&gt; ModelTrial (TrialProcess, apart) -&gt; PrecisionChoice -&gt; ServingModel -&gt; SelfTest -&gt; warm -&gt; gallery -&gt; ModelLease
 *   references topic -&gt; TopicFollower -&gt; GalleryUpdate (EmbeddingStore | decode, embed, WorkShare) -&gt; ServingModel.gallery
 *   Versions -&gt; VersionStatus -&gt; StateReports -&gt; states topic -&gt; BrokerTime -&gt; Versions (what serves now)
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.version;

import org.jspecify.annotations.NullMarked;
