/**
 * Makes all Kafka clients, holds the one reader of topics, creates topics and compares them with their declarations.
 *
 * <pre>
 *   Settings -&gt; KafkaClients -&gt; consumers, producers, admins
 *   KafkaClients -&gt; TopicReader: all, since a time, between two, the last of each partition, one by its position
 *   KafkaClients -&gt; TopicFollower: from the beginning, or the last records, and on without end, on a thread of its own
 *   ConsumerRecord -&gt; RecordDecoder -&gt; a record, or UnusableRecords
 *   TopicDeclaration -&gt; TopicCreation -&gt; TopicReport; TopicDeclaration -&gt; TopicComparison -&gt; TopicDifference
 *   partitions -&gt; OpenTransactions -&gt; OpenTransaction: whose transaction their readers wait for
 *   OpenTransactions -&gt; HeldTopics: which topics of a service are held back, since when, in log, status and metric
 *   topics -&gt; RecreatedTopics: which are no longer those that a service has read into memory
 * </pre>
 *
 * <p><b>What the end of a topic is.</b> A partition has two ends. At its <i>stable end</i>, Kafka's last stable offset, a
 * reader of what is committed stops: it lies before the first record of the first transaction that is open, whoever's that is.
 * At its <i>end</i>, the high watermark, lies what every replica in sync has, committed or not. Without an open transaction
 * the two are one. With one, nobody can tell what is committed between the two before it ends: by its producer, by the broker
 * after its timeout, or by {@code twinstream topics transactions --abort}. All readers read what is committed. Which end they
 * take depends on what they claim:
 *
 * <ol>
 *   <li>Who <i>becomes ready</i> reads to the stable end as it was at the start, then follows: a gallery, the releases, the
 *       activations, the runs of a trainer. It knows as much as those that have run for long, so that no open transaction
 *       keeps it from being ready. What is committed before the transaction is always seen; what lies in it or behind it,
 *       within a poll after it ends. {@link io.twinstream.schemas.kafka.TopicFollower#caughtUp}.
 *   <li>Who <i>claims to know all</i> reads to the end as it was when that was asked: the list of the models, the images of a
 *       training, a replay. It waits for a bounded time while nothing comes, and then fails with a {@link
 *       io.twinstream.schemas.kafka.TopicUnreadException} that names the partition, the transaction, since when it is open,
 *       and what ends it. {@link io.twinstream.schemas.kafka.TopicReader#all}, {@link
 *       io.twinstream.schemas.kafka.TopicFollower#isCompleteAsOf}.
 *   <li>Who <i>claims that there is nothing</i> looks between the two ends as well, at what is not committed: what isn't there
 *       in any form will not come, and what is there is told as held, not as missing. Feedback answers 404 of a verdict only
 *       so, a verifier of a run or of a reference's picture; an erasure puts its tombstones behind whatever may yet be committed,
 *       and probes are judged on that no activation between the ends would concern. Who follows the topic looks from where
 *       it stands. {@link io.twinstream.schemas.kafka.TopicReader#readPending}, {@link
 *       io.twinstream.schemas.kafka.TopicFollower#isSeenAsOf}, {@link io.twinstream.schemas.kafka.TopicFollower#appliedTo}.
 *   <li>Who <i>shows the latest</i> takes the stable end, and claims nothing: the page, {@code watch}, the answer
 *       to who sent a probe.
 * </ol>
 */
@NullMarked
package io.twinstream.schemas.kafka;

import org.jspecify.annotations.NullMarked;
