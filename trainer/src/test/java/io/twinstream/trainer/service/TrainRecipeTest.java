package io.twinstream.trainer.service;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.record.Train;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.service.RequestRefusedException.RequestFault;
import io.twinstream.trainer.training.Refinements;
import io.twinstream.trainer.training.Schedule;
import io.twinstream.trainer.training.TrainingSettings;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainRecipeTest {
    private static final InputSpec INPUT = Architecture.named("compact").defaultInput();

    @Test
    void whatARequestAddsToTheRecipeIsLearnedWith() {
        Train train = asked(request -> {
            request.setSchedule("tail");
            request.setMean(400);
            request.setProxies(0.5);
            request.setBend(0.05);
        });

        assertEquals(
                new Refinements(Schedule.TAIL, 400, 0.5f, 0.05f),
                settings(train).refinements());
    }

    @Test
    void whatARequestDoesNotSayIsTheArchitecturesOwn() {
        Refinements own =
                TrainingSettings.defaults(Architecture.named("compact"), INPUT).refinements();

        assertEquals(own, settings(asked(request -> {})).refinements());
        assertEquals(
                new Refinements(own.schedule(), 7, own.proxies(), own.bend()),
                settings(asked(request -> request.setMean(7))).refinements());
    }

    @Test
    void teachersMayTeachWithViews() {
        Train train = asked(request -> {
            request.setTeachers(List.of("wide/2.2"));
            request.setTeacherViews(3);
        });

        assertDoesNotThrow(() -> new TrainRecipe(train).check());
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                refused("schedule must be cosine, flat or tail, and is 'slow'", request -> request.setSchedule("slow")),
                refused("schedule must be cosine, flat or tail, and is 'FLAT'", request -> request.setSchedule("FLAT")),
                refused("mean must be 0 steps or more, was -1", request -> request.setMean(-1)),
                refused("proxies must be 0 or more, was -0.5", request -> request.setProxies(-0.5)),
                refused("proxies must be 0 or more, was Infinity", request -> request.setProxies(1e300)),
                refused("bend must lie between 0 and 0.2, was 0.5", request -> request.setBend(0.5)),
                refused("teachers are at most 8, were 9", request -> request.setTeachers(nine())),
                refused("teacherViews must be 1 to 9, was 10", request -> request.setTeacherViews(10)),
                refused("teacherViews must be 1 to 9, was 0", request -> request.setTeacherViews(0)),
                refused(
                        "teacherViews are for teachers, and there is none: name one, or leave teacherViews out",
                        request -> request.setTeacherViews(2)),
                refused(
                        "teachers judge all pairs of a batch, of which the paper's way knows nothing: train compact or wide",
                        request -> {
                            request.setArchitecture("koch2015");
                            request.setTeachers(List.of("wide/2.2"));
                        }),
                refused(
                        "schedule, proxies, bend and mirrored are not for the paper's way, which has its own: leave them out",
                        request -> {
                            request.setArchitecture("koch2015");
                            request.setBend(0.1);
                        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void aFieldThatBreaksARuleIsRefusedByItsName(String line, Train train) {
        RequestRefusedException refusal =
                assertThrows(RequestRefusedException.class, () -> new TrainRecipe(train).check());

        assertEquals(line, refusal.getMessage());
        assertEquals(RequestFault.INVALID, refusal.fault());
    }

    static Stream<Arguments> notOfHeads() {
        return Stream.of(
                Arguments.of("schedule", change(request -> request.setSchedule("flat"))),
                Arguments.of("mean", change(request -> request.setMean(400))),
                Arguments.of("proxies", change(request -> request.setProxies(0.5))),
                Arguments.of("bend", change(request -> request.setBend(0.05))),
                Arguments.of("teachers", change(request -> request.setTeachers(List.of("wide/2.2")))),
                Arguments.of("teacherViews", change(request -> request.setTeacherViews(2))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notOfHeads")
    void aHeadTakesNothingThatAddsToARecipe(String field, Consumer<Train.Builder> change) {
        Train train = asked(request -> {
            change.accept(request);
            request.setArchitecture("head");
            request.setParent("compact/1.2");
        });

        String line = assertThrows(RequestRefusedException.class, () -> new TrainRecipe(train).check())
                .getMessage();

        assertEquals(
                field + " is not for a head, which takes the parent's input and is learned in minutes: leave it out",
                line);
    }

    private static Arguments refused(String line, Consumer<Train.Builder> change) {
        return Arguments.of(line, asked(change));
    }

    private static Consumer<Train.Builder> change(Consumer<Train.Builder> change) {
        return change;
    }

    private static List<String> nine() {
        return Collections.nCopies(9, "wide/2.2");
    }

    private static TrainingSettings settings(Train train) {
        return new TrainRecipe(train).settings(INPUT);
    }

    private static Train asked(Consumer<Train.Builder> change) {
        Train.Builder builder = Train.newBuilder((Train) Records.train("1").getAction());
        change.accept(builder);
        return builder.build();
    }
}
