/**
 * This package holds the commands that bring images in: {@code enrol} as references, {@code submit} as probes or as training
 * material.
 */
@NullMarked
package io.twinstream.deploy.cli.images;

import org.jspecify.annotations.NullMarked;
