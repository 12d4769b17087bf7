/**
 * Topic names, their settings, and their creation.
 *
 * <pre>
 *   TopicDeclaration -&gt; TopicCreation -&gt; TopicReport
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.topic;

import org.jspecify.annotations.NullMarked;
