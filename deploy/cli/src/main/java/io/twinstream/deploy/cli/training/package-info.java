/**
 * This package holds the commands that make and measure a model package: {@code train}, {@code import}, {@code quantize}, {@code domain},
 * {@code evaluate}.
 */
@NullMarked
package io.twinstream.deploy.cli.training;

import org.jspecify.annotations.NullMarked;
