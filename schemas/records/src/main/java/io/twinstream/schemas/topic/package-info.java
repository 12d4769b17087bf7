/**
 * Declares the topics' names, keys and settings, creates topics, and compares them with their declarations.
 *
 * <pre>
 *   TopicDeclaration -&gt; TopicCreation -&gt; TopicReport
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.topic;

import org.jspecify.annotations.NullMarked;
