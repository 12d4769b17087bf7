/**
 * Knows which models are published, activated and ready, and fetches their packages, for those who publish and for those who
 * judge.
 *
 * <pre>
 *   releases topic    -&gt; PublishedModels
 *   activations topic -&gt; Timeline (Activated)   -&gt; ModelTopics: all three, read once by a command,
 *   states topic      -&gt; ModelStates               and followed in a verifier's ModelLog
 *   ModelRelease -&gt; PackageCache: TrustedKeys -&gt; ReleaseClaims -&gt; PackageFolder | PackageFetch (chunks topic) -&gt; ModelPackage
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.release;

import org.jspecify.annotations.NullMarked;
