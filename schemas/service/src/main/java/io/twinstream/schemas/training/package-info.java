/** What services that show training runs and the one that runs them do with progress records alike. */
@NullMarked
package io.twinstream.schemas.training;

import org.jspecify.annotations.NullMarked;
