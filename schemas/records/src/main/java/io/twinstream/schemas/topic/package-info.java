/**
 * Declares the topics' names, keys and settings, what the headers of their records say, and the rules for ids and regions in them.
 *
 * <pre>
 *   Topics -&gt; TopicDeclaration, one for each topic
 *          '-&gt; ServiceTopics, those of one service
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.topic;

import org.jspecify.annotations.NullMarked;
