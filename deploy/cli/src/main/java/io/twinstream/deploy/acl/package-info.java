/**
 * This package says what each service may do on Kafka, and no more.
 *
 * <pre>
 *   Settings -&gt; AccessTable (the table) -&gt; Grant -&gt; AclText, or the broker itself
 * </pre>
 */
@NullMarked
package io.twinstream.deploy.acl;

import org.jspecify.annotations.NullMarked;
