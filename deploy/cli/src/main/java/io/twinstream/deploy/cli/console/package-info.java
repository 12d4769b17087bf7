/**
 * This package holds what every command shares: its settings, its standard output, its one line of error, its exit code, and
 * the signal that ends it.
 */
@NullMarked
package io.twinstream.deploy.cli.console;

import org.jspecify.annotations.NullMarked;
