/**
 * Reads and checks what can be set about the trainer.
 */
@NullMarked
package io.twinstream.trainer.settings;

import org.jspecify.annotations.NullMarked;
