/**
 * What can be set about the verifier.
 */
@NullMarked
package io.twinstream.verifier.settings;

import org.jspecify.annotations.NullMarked;
