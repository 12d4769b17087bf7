/**
 * Holds the versions that a verifier needs, makes each ready here, and says which one judges which probe.
 *
 * <pre>
 *   ModelLog (release) -&gt; VersionPlan: which versions are wanted -&gt; HeldVersions, the keeper: opens, drops, lends
 *   HeldVersions -&gt; ModelVersion, the states of one -&gt; VersionOpener, the steps between them:
 *       assembled (PackageCache) -&gt; tried (trial) -&gt; validated (PrecisionChoice, ServingModel, SelfTest) -&gt; warmed -&gt; OpenModel (references)
 *   probe's append time -&gt; VersionPlan -&gt; HeldVersions (VersionWait where it isn't ready) -&gt; ModelLease
 *   HeldVersions -&gt; VersionStatus -&gt; StateReports -&gt; states topic -&gt; BrokerTime -&gt; HeldVersions (what serves now)
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.version;

import org.jspecify.annotations.NullMarked;
