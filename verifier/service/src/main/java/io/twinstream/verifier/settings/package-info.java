/** Declares, reads and checks the verifier's settings. */
@NullMarked
package io.twinstream.verifier.settings;

import org.jspecify.annotations.NullMarked;
