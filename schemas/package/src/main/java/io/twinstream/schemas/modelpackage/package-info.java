/**
 * Reads and writes the model package, one zip file with a manifest, an embedder, perhaps the same at int8, and a matcher. The
 * manifest vouches for every file by its SHA-256.
 *
 * <pre>
 *   trainer -&gt; Manifest + embedder.onnx + matcher.onnx -&gt; PackageArchive.write -&gt; zip
 *   ModelId + SHA-256 of the zip + private key (Ed25519Keys) -&gt; ReleaseSignature -&gt; release
 *   zip -&gt; PackageArchive.read (hashes) -&gt; ModelPackage -&gt; verifier
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.modelpackage;

import org.jspecify.annotations.NullMarked;
