/** Holds the code about progress records that the trainer shares with the services that show its runs. */
@NullMarked
package io.twinstream.schemas.training;

import org.jspecify.annotations.NullMarked;
