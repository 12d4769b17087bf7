/** This package defines what can be set, over all services. */
@NullMarked
package io.twinstream.deploy.settings;

import org.jspecify.annotations.NullMarked;
