/**
 * Fills a version's gallery from the references topic, and keeps the references that it can't use.
 *
 * <pre>
 *   references topic -&gt; GalleryUpdate (an embedding that was kept | decode, embed, pause for its WorkShare) -&gt; ServingModel.gallery
 *                          '-&gt; UnusableReferences
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.references;

import org.jspecify.annotations.NullMarked;
