/**
 * What has been published and activated, and whose packages are taken: shared by those who publish and those who judge.
 */
@NullMarked
package io.twinstream.schemas.release;

import org.jspecify.annotations.NullMarked;
