//! The sentences, as step definitions of cucumber-rs on a World of the user's.

#[doc = include_str!("../../docs/steps.md")]
#[macro_export]
macro_rules! steps {
    ($World:ty $(,)?) => {
        $crate::steps!($World, fail = $crate::gherkin::fail);
    };
    ($World:ty, fail = $fail:path $(,)?) => {
        const _: () = {
            type ProvingWorld = $World;
            type Done = ::std::result::Result<(), $crate::gherkin::StepError>;

            fn bench(world: &mut ProvingWorld) -> &mut $crate::gherkin::Bench {
                $crate::gherkin::Proving::bench(world)
            }

            fn expect(done: Done) -> Done {
                match done {
                    Err($crate::gherkin::StepError::Missed(message)) => $fail(&message),
                    other => other,
                }
            }

            #[::cucumber::given("an empty home directory")]
            fn empty_home(world: &mut ProvingWorld) {
                bench(world).has_nothing();
            }

            #[::cucumber::given(regex = r#"^a home directory like "([^"]+)"$"#)]
            fn home_like(world: &mut ProvingWorld, directory: String) -> Done {
                bench(world).has_copies(&directory)
            }

            #[::cucumber::given(regex = r#"^(?:a home directory with|in it) "([^"]+)" containing:$"#)]
            fn file(world: &mut ProvingWorld, name: String, step: &::cucumber::gherkin::Step) -> Done {
                bench(world).has_file(&name, step.docstring.as_ref())
            }

            #[::cucumber::given(
                regex = r#"^(?:a home directory with|in it) "([^"]+)" containing, with escapes:$"#
            )]
            fn escaped(world: &mut ProvingWorld, name: String, step: &::cucumber::gherkin::Step) -> Done {
                bench(world).has_escaped_file(&name, step.docstring.as_ref())
            }

            #[::cucumber::given(regex = r#"^in it the directory "([^"]+)"$"#)]
            fn directory(world: &mut ProvingWorld, name: String) -> Done {
                bench(world).has_directory(&name)
            }

            #[::cucumber::given(regex = r#"^in it the link "([^"]+)" to "([^"]+)"$"#)]
            fn link(world: &mut ProvingWorld, name: String, to: String) -> Done {
                bench(world).has_link(&name, &to)
            }

            #[::cucumber::given(regex = r#"^in it "([^"]+)" has the mode ([0-7]+)$"#)]
            fn has_mode(world: &mut ProvingWorld, name: String, mode: String) -> Done {
                bench(world).has_mode(&name, &mode)
            }

            #[::cucumber::given(regex = r#"^the protected files? ("[^"]+"(?:, "[^"]+")*)$"#)]
            fn protected(world: &mut ProvingWorld, files: String) {
                bench(world).protects(&files);
            }

            #[::cucumber::given(regex = r"^the state is read with `(.+)`$")]
            fn reader(world: &mut ProvingWorld, line: String) {
                bench(world).is_read_with(&line);
            }

            #[::cucumber::given(regex = r"^the command `(.+)`$")]
            fn command(world: &mut ProvingWorld, line: String) -> Done {
                bench(world).has_command(&line)
            }

            #[::cucumber::given("the command:")]
            fn long_command(world: &mut ProvingWorld, step: &::cucumber::gherkin::Step) -> Done {
                bench(world).has_long_command(step.docstring.as_ref())
            }

            #[::cucumber::given(regex = r#"^the command has "(.+)" in its environment$"#)]
            fn variable(world: &mut ProvingWorld, pair: String) -> Done {
                bench(world).has_variable(&pair)
            }

            #[::cucumber::given(regex = r"^the command may take (\d+) ms$")]
            fn may_take(world: &mut ProvingWorld, limit_ms: u64) {
                bench(world).may_take(limit_ms);
            }

            #[::cucumber::given("the command runs without name spaces")]
            fn plain(world: &mut ProvingWorld) {
                bench(world).is_plain();
            }

            #[::cucumber::when(regex = r"^I prove `(.+)`$")]
            fn prove(world: &mut ProvingWorld, line: String) -> Done {
                bench(world).has_command(&line)?;
                bench(world).prove()
            }

            #[::cucumber::when("the command is proved")]
            fn prove_command(world: &mut ProvingWorld) -> Done {
                bench(world).prove()
            }

            #[::cucumber::when("its faults are listed")]
            fn list(world: &mut ProvingWorld) -> Done {
                bench(world).list()
            }

            #[::cucumber::when(regex = r"^the case `(.+)` is run$")]
            fn case(world: &mut ProvingWorld, id: String) -> Done {
                bench(world).replay(&id)
            }

            #[::cucumber::when(
                regex = r#"^the (?:(\d+)(?:st|nd|rd|th) )?(\w+)(?: (?:to|onto|of|on|from) "([^"]+)")? fails with "(\w+)"( from then on)?$"#
            )]
            fn fails(
                world: &mut ProvingWorld,
                nth: String,
                family: String,
                name: String,
                errno: String,
                persists: String,
            ) -> Done {
                bench(world).fails((&nth, &family, &name), &errno, &persists)
            }

            #[::cucumber::when(
                regex = r#"^the process is killed before the (?:(\d+)(?:st|nd|rd|th) )?(\w+)(?: (?:to|onto|of|on|from) "([^"]+)")?$"#
            )]
            fn killed(world: &mut ProvingWorld, nth: String, family: String, name: String) -> Done {
                bench(world).is_killed_before((&nth, &family, &name))
            }

            #[::cucumber::when("the process is killed after its last call")]
            fn killed_at_last(world: &mut ProvingWorld) -> Done {
                bench(world).is_killed_at_last()
            }

            #[::cucumber::when(
                regex = r#"^the disk has room for only half of the (?:(\d+)(?:st|nd|rd|th) )?write(?: to "([^"]+)")?$"#
            )]
            fn room_for_half(world: &mut ProvingWorld, nth: String, name: String) -> Done {
                bench(world).has_room_for_half((&nth, "write", &name))
            }

            #[::cucumber::when(
                regex = r#"^only (half|1 byte|all but 1 byte) of the (?:(\d+)(?:st|nd|rd|th) )?write(?: to "([^"]+)")? is written$"#
            )]
            fn cut(world: &mut ProvingWorld, part: String, nth: String, name: String) -> Done {
                bench(world).is_cut_to(&part, (&nth, "write", &name))
            }

            #[::cucumber::then("every outcome is all-or-nothing")]
            fn all_or_nothing(world: &mut ProvingWorld) -> Done {
                expect(bench(world).is_all_or_nothing())
            }

            #[::cucumber::then("the exit code tells the truth")]
            fn truth(world: &mut ProvingWorld) -> Done {
                expect(bench(world).tells_the_truth())
            }

            #[::cucumber::then("a clean re-run succeeds")]
            fn recovers(world: &mut ProvingWorld) -> Done {
                expect(bench(world).recovers())
            }

            #[::cucumber::then("no temporary file is left")]
            fn nothing_left(world: &mut ProvingWorld) -> Done {
                expect(bench(world).leaves_nothing())
            }

            #[::cucumber::then(regex = r"^the (?:file is|files are) fully old$")]
            fn fully_old(world: &mut ProvingWorld) -> Done {
                expect(bench(world).is_whole($crate::Whole::Old))
            }

            #[::cucumber::then(regex = r"^the (?:file is|files are) fully new$")]
            fn fully_new(world: &mut ProvingWorld) -> Done {
                expect(bench(world).is_whole($crate::Whole::New))
            }

            #[::cucumber::then("a clean re-run fails")]
            fn does_not_recover(world: &mut ProvingWorld) -> Done {
                expect(bench(world).does_not_recover())
            }

            #[::cucumber::then("a temporary file is left")]
            fn something_left(world: &mut ProvingWorld) -> Done {
                expect(bench(world).leaves_something())
            }

            #[::cucumber::then(regex = r#"^it ends with "(.+)"$"#)]
            fn ends_with(world: &mut ProvingWorld, end: String) -> Done {
                expect(bench(world).ends_with(&end))
            }

            #[::cucumber::then("it does not end")]
            fn does_not_end(world: &mut ProvingWorld) -> Done {
                expect(bench(world).does_not_end())
            }

            #[::cucumber::then(regex = r#"^the verdict is "([A-Z-]+)"$"#)]
            fn verdict(world: &mut ProvingWorld, word: String) -> Done {
                expect(bench(world).verdict_is(&word))
            }

            #[::cucumber::then(regex = r#"^"([^"]+)" is ([A-Z]+)$"#)]
            fn tear(world: &mut ProvingWorld, name: String, word: String) -> Done {
                expect(bench(world).tear_is(&name, &word))
            }

            #[::cucumber::then(regex = r#"^it is "([A-Z-]+)" at `(.+)`$"#)]
            fn verdict_at(world: &mut ProvingWorld, word: String, id: String) -> Done {
                expect(bench(world).verdict_at_is(&word, &id))
            }

            #[::cucumber::then(regex = r#"^the answer is "([A-Z ]+)"$"#)]
            fn answer(world: &mut ProvingWorld, word: String) -> Done {
                expect(bench(world).answer_is(&word))
            }

            #[::cucumber::then(regex = r"^there (?:is|are) (\d+) faults?$")]
            fn count(world: &mut ProvingWorld, number: usize) -> Done {
                expect(bench(world).count_is(number))
            }
        };
    };
}
