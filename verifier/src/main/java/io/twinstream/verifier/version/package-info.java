/**
 * A model version as it serves: opened, tested on its golden vectors, its gallery kept equal to the references topic.
 *
 * <pre>
 *   ShippedModel -&gt; ModelPackage -&gt; ServingModel.open -&gt; SelfTest
 *   releases topic -&gt; PublishedModels -&gt; ModelRelease -&gt; PackageCache -&gt; ModelPackage
 *   PackageCache: TrustedKeys -&gt; ReleaseClaims -&gt; PackageFolder | PackageFetch (chunks topic) -&gt; PackageFolder
 *   activations topic -&gt; Activations -&gt; Timeline
 *   references topic -&gt; GalleryFollower -&gt; GalleryUpdate (decode, embed) -&gt; ServingModel.gallery
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.version;

import org.jspecify.annotations.NullMarked;
