/**
 * Topic names, their settings, and their creation.
 */
@NullMarked
package io.twinstream.schemas.topic;

import org.jspecify.annotations.NullMarked;
