/**
 * This package draws characters that nobody has seen, by hands that differ: pictures for a first look and for tests.
 *
 * <pre>
 *   seed, character -&gt; Glyph (Strokes) ; seed, hand -&gt; Hand
 *                         `-&gt; Hand.write -&gt; Glyph -&gt; Page (ink) -&gt; PNG
 * </pre>
 */
@NullMarked
package io.twinstream.deploy.drawing;

import org.jspecify.annotations.NullMarked;
