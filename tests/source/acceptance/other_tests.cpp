/// \file
/// The cases that need more than a server that answers: each is shown by tests of its own.

#include <source/acceptance/acceptance_case.hpp>

namespace acceptance {

std::vector<shown_elsewhere> cases_of_other_tests()
{
    return {
        {12, "SourceConfig.SaysWhatIsWrongWithAPaginator"},
        {24, "Offset.ImpossibleSettingsAreRefused"},
        {46, "IncrementalWalk.Case46PagingStopsAtAnOlderRow"},
        {47, "IncrementalWalk.Case47PagingBeginsAnewWhereTheServerRefusesToGoDeeper"},
        {47, "IncrementalRun.Case47PagingBeginsAnewBehindTheLastCursor"},
        {70, "Plan.OnlySomeResourcesWithTheParentsThatTheyNeed"},
        {70, "Seeds.OnlyAChildReadsItsParentsAndStoresNoneOfThem"},
        {78, "PathTemplate.DoubledBracesStandForBraces"},
        {79, "Plan.PlaceholdersInTextsThatAreNotUnderstood"},
        {80, "Plan.UnknownParents"},
        {80, "Plan.Cycles"},
        {80, "Plan.TwoParents"},
        {80, "Plan.AResolveParamThatThePathDoesNotUse"},
        {84, "Run.AParentThatComesTwiceIsReadOnceAndReported"},
        {86, "Resource.NeverExceedsItsConcurrency"},
        {86, "Run.ConcurrencyHoldsForEachResource"},
        {88, "SourceConfig.DefaultsAreMergedKeyByKeyForParamsAndJsonOnly"},
        {88, "SourceConfig.AnExplicitNullRemovesADefault"},
        {89, "SourceConfig.TheEndpointsPaginatorComesBeforeTheDefaultsAndTheClients"},
        {90, "SourceConfig.TakesTheShortestDictionary"},
        {91, "SourceConfig.SaysWhatIsWrongWithAResource"},
        {91, "Plan.NamesThatStandTwice"},
        {92, "SourceConfig.ChecksTwiceWithTheSameResult"},
        {93, "IncrementalRun.Case93TheStartValueStandsInPathQueryHeaderAndBody"},
        {94, "IncrementalRun.Case94BothBoundsAreSentAndNothingIsKept"},
        {95, "IncrementalRun.Case95AndCase96RowsThatAreOldOrKnownAreNotDelivered"},
        {96, "IncrementalRun.Case95AndCase96RowsThatAreOldOrKnownAreNotDelivered"},
        {97, "IncrementalRun.Case97ALagNeverGoesBeforeTheInitialValue"},
        {98, "IncrementalRun.Case98RecordsWithoutACursor"},
        {99, "IncrementalRun.Case99IssuesOfEachRepositoryAreReadFromTheirOwnLastValue"},
        {99, "IncrementalWalk.Case99EachParentHasACursorOfItsOwn"},
        {100, "IncrementalRun.Case100AndCase101WindowsAdjoinAndEachMovesWhatIsKept"},
        {101, "IncrementalWalk.Case101AWindowThatFailsIsWhereTheNextRunBegins"},
        {102, "IncrementalWalk.Case102WithManyParentsOneCursorServesAllOthers"},
        {103, "RetryLayer.SucceedsAfterTwoFailures"},
        {103, "Seeds.ABurstOf503SucceedsWithRetries"},
        {104, "RetryLayer.HandsOutTheLastFailure"},
        {104, "Seeds.A503ForEverFailsAndKeepsTheOthersRows"},
        {105, "RetryLayer.DoesNotRetryOtherStatuses"},
        {106, "RetryLayer.RetriesALostConnection"},
        {106, "Seeds.ABodyCutInTheMiddleIsReadAgain"},
        {107, "RetryLayer.WaitsAsLongAsTheServerAsks"},
        {107, "RetryLayer.WaitsUntilTheDateThatTheServerGives"},
        {107, "RetryLayer.SaysWhenToComeBackIfTheWaitIsTooLong"},
        {111, "Authorize.BearerGoesIntoTheAuthorizationHeader"},
        {111, "Authorize.BasicIsBase64OfUserAndPassword"},
        {111, "Authorize.ApiKeyGoesWhereItIsSaid"},
        {111, "Authorize.AWrongSecretIsSentOnce"},
        {112, "Oauth2.ATokenWithoutALifetimeIsFetchedForEachRequest"},
        {113, "Oauth2.FetchesOneTokenForAllConcurrentUsers"},
        {113, "Oauth2.RenewsOnceForAllWhoAreRefused"},
        {114, "Oauth2.ARefreshTokenThatTheServerRotatesIsReplaced"},
        {114, "Oauth2.ATokenEndpointThatFailsIsRetried"},
        {117, "TimeLimit.TheFirstByteIsLimited"},
        {117, "TimeLimit.SilenceInTheMiddleIsLimited"},
        {117, "TimeLimit.TheTotalCoversEveryStep"},
        {118, "DecodeContent.GzipIsKnownByItsFirstBytes"},
        {118, "DecodeContent.JsonThatIsSaidToBeGzipIsTakenAsItIs"},
        {120, "Walk.DroppedInTheMiddleItLeavesNothingBehind"},
        {120, "NestedFlow.DroppedHalfWayItLeavesNothingBehind"},
    };
}

} // namespace acceptance
