/**
 * Declares the topics' names, keys and settings, and what the headers of their records say.
 *
 * <pre>
 *   Topics -&gt; TopicDeclaration, one for each topic
 *          '-&gt; ServiceTopics, those of one service
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.topic;

import org.jspecify.annotations.NullMarked;
