/**
 * Topic names, their settings, and their creation; where topics end, and what keeps readers from there.
 *
 * <pre>
 *   TopicDeclaration -&gt; TopicCreation -&gt; TopicReport
 *   Admin -&gt; OpenTransactions -&gt; OpenTransaction: whose transaction a partition's readers wait for
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.topic;

import org.jspecify.annotations.NullMarked;
