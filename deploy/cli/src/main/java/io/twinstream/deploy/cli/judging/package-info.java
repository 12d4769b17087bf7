/** This package holds the commands that judge, or show what was judged: {@code verify}, {@code watch}, {@code replay}. */
@NullMarked
package io.twinstream.deploy.cli.judging;

import org.jspecify.annotations.NullMarked;
