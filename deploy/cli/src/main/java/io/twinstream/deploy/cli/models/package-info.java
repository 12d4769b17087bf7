/** This package holds the commands that publish model versions and order which one judges: {@code publish}, {@code models}. */
@NullMarked
package io.twinstream.deploy.cli.models;

import org.jspecify.annotations.NullMarked;
