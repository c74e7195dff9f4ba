"""The interviewer's sentences: per situation and language many wordings of the same thing, one a line. Which one is said, `replies` decides.

They are spoken: no lists, no marks but the price of a hint, no words of the rubric, and no question where a follow-up comes next.
"""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.models import Bilingual, Lang


@dataclass(frozen=True, slots=True)
class Wordings:
    """The same thing in many words. Places in braces are filled by whoever says it."""

    zh: tuple[str, ...]
    en: tuple[str, ...]

    def __getitem__(self, lang: Lang) -> tuple[str, ...]:
        return self.zh if lang == "zh" else self.en


def _lines(zh: str, en: str) -> Wordings:
    return Wordings(tuple(zh.split("\n")[1:-1]), tuple(en.split("\n")[1:-1]))


BUTTONS = {
    "hint_button": Bilingual("提示", "Hint"),
    "unknown_button": Bilingual("这题不会", "I don't know"),
    "skip_button": Bilingual("跳过", "Skip"),
    "end_button": Bilingual("提前结束", "Finish early"),
}
"""The names of the buttons that replies point at, as the page shows them."""

UNDERSTOOD = _lines(
    """
你说“{words}”，我听明白了。
“{words}”，这一句我记下了。
你提到“{words}”，这个思路我跟上了。
我听到的关键一句是“{words}”。
关于“{words}”，你的意思我明白了。
好，你这里的想法是“{words}”。
我先记住你说的“{words}”。
你讲的“{words}”，我理解了。
从你的话里我抓住了“{words}”。
嗯，你谈到了“{words}”。
明白，你的意思是“{words}”。
“{words}”这一步我听到了。
你刚才讲到“{words}”，我跟得上。
我记下了你讲的这一句“{words}”。
好，“{words}”这一层我听清楚了。
你是这样考虑的：“{words}”。
你的话里，我先看到的是“{words}”。
收到，你说的是“{words}”。
我把“{words}”当作你这里的主要意思。
好的，你用“{words}”来说明这件事。
听下来，你的重心在“{words}”。
我把“{words}”圈了出来。
嗯，“{words}”，你这样说我能懂。
我理解你的出发点是“{words}”。
""",
    """
You said “{words}”, and I follow.
“{words}”: I have noted that.
So your line of thought here is “{words}”.
I heard you say “{words}”.
The part I take from this is “{words}”.
Right, “{words}” is clear to me.
You bring up “{words}”, and I see what you mean.
I understand “{words}” as the heart of what you say.
What stays with me is “{words}”.
You explained it with “{words}”.
Okay, “{words}” I can picture.
As you put it, “{words}”.
I am with you on what you mean by “{words}”.
Your words “{words}” are down in my notes.
Let me hold on to “{words}” for a moment.
I see where you are going with “{words}”.
From what you told me I keep “{words}”.
You talk about “{words}”, understood.
So for you it comes to “{words}”.
I caught “{words}” in what you said.
Thanks, “{words}” tells me how you see it.
“{words}” is how you would put it, all right.
You made your way to “{words}”, and I got that.
I have “{words}” from you now.
""",
)
LISTENED = _lines(
    """
好，你的话我听完了。
嗯，我听到了你的想法。
谢谢，这段我看过了。
好的，你的思路我先放在这里。
我把你说的从头看了一遍。
了解，你是从这个方向去想的。
嗯，你说的我收到了。
好，我大致知道你现在怎么看。
谢谢你把想到的都说出来。
行，你的看法我知道了。
我听见了，先这样记着。
好，这一段我读完了。
你的意思我先收下。
明白你现在想到哪里了。
嗯，我跟着你的话走了一遍。
好的，刚才的话我都看到了。
谢谢，我知道你是怎么起头的。
这一段我听下来了。
嗯，你的想法先放一放。
好，我看到你写的内容了。
你说到哪儿，我就记到哪儿。
谢谢你的说明。
""",
    """
Okay, I have heard you out.
Thanks, I have read this through.
I see how you are looking at it for now.
All right, that is where you start from.
Thank you for saying what comes to mind.
I have taken in what you wrote.
Right, I know where your thoughts are at the moment.
I followed this from start to end.
Okay, I will keep this in mind.
Thanks for talking me through it.
I have your view of it now.
So that is the direction you come from.
I listened to all of it.
Good to know how you approach it.
That gives me an idea of where you stand.
I have gone over your words once.
Let me leave that where it is for now.
Thanks, I can see your first thoughts.
Okay, I noted what you told me.
I hear you.
Right, I have read what you sent.
Thank you, I am still with you.
""",
)
BRIDGES = _lines(
    """
还有一块我想听你讲讲。
接下来换一个角度问你。
顺着这道题，我再问一处。
有一个地方我还想请你补一补。
我们接着往下走一步。
我想再了解你另一面的想法。
下面这一处还没有聊到。
我再追问一个地方。
我们看看这道题的另一头。
趁热再聊一处。
接着我想问问旁边的一件事。
有个环节我还没听你说到。
我们把话题往旁边挪一点。
我想再听你说说下一处。
这道题里还有一处值得聊聊。
那我接着问下去。
再往前走一点，看看这里。
我还有一处想听听你的看法。
下面换一处，你接着讲。
我们把视线放到另一个地方。
请你再陪我看一处。
我从另一边再问一次。
""",
    """
There is another side I would like to hear about.
Let me come at this from another angle.
Staying with this question, here is one more thing.
There is a part that I would like you to fill in.
Let us take the next step from here.
I would like to know how you see a neighbouring part.
One area has not come up yet.
I have one more thing to ask here.
Let us look at the other end of this.
Here is another place I am curious about.
Let me move on to something close by.
There is a stage I have not heard you on so far.
Let us shift the view a little.
I would like to hear you on the next bit.
This question has one more corner worth talking about.
Then I will carry on from there.
A little further along there is this.
I am interested in your view on one more part.
Now for a different part of the same question.
Let us turn to another spot.
Bear with me for one more part.
Let me ask from the other side.
""",
)
DEEPER = _lines(
    """
我想在这里再问深一点。
这一块你比较熟，我们往深里走。
既然说到这儿，我想再往下挖一层。
那我就把难度加一点。
我们把这一处推到更极端的情况看看。
这里我想多听一点你的取舍。
就着你刚才的话，我再往前逼一步。
我想看看这个办法在压力下会怎样。
我们在这一处多停一会儿。
顺着你的做法，我再往细处问。
这里值得再聊深一些。
我对你这一步的细节很好奇。
把条件收紧一点，我们再看。
我接着你的思路往里问一层。
那我问个更难一点的。
我们来考验一下刚才的办法。
我想知道这背后你是怎么权衡的。
就这一处，我再追一下。
我们换个不那么顺利的场面。
在你说的基础上，我再加一个条件。
你这一步我想再推敲推敲。
我们把镜头再拉近一些。
""",
    """
I would like to go deeper right here.
You seem at home here, so let us dig in.
Since you bring it up, let me go one layer down.
Let me make it a bit harder.
Let us push this to a more extreme case.
I would like to hear more of your trade-offs here.
Building on what you said, let me press one step further.
I want to see how this holds up under pressure.
Let us stay on this spot a little longer.
Following your approach, I will ask for the finer detail.
This is worth a closer look.
I am curious about the details of this step.
Let us tighten the conditions and look again.
Let me take your idea one level further in.
Here comes a tougher one on the same subject.
Let us put that approach to the test.
I would like to know how you weigh things behind this.
I will follow up on exactly this.
Now picture a day on which things go less smoothly.
On top of what you said, I will add one condition.
I would like to turn this step over once more.
Let us zoom in a bit.
""",
)
CHECKS = _lines(
    """
这里我想和你核对一句。
有一句话我想请你再看一眼。
其中一处我不太确定，我们对一对。
有个说法我想和你再确认一下。
我们先回到你的一句话上。
有一处我想请你再想想。
里面有一句，我想听你再解释一遍。
先别急着往下，我们核实一处。
你的一个说法我想单独拿出来聊聊。
有一句我听着有疑问，我们一起看看。
我想在其中一句上停一下。
我们把一处说法再推一遍。
有个地方我想请你替我验证一下。
请你回头看看自己的一句话。
有一句话，我想看看它在什么时候站得住。
我想把你的一句话放到实际里试试。
这里有一处我们得说清楚。
先就一个说法多聊两句。
我对其中一句有点拿不准。
我们挑一句出来细看。
有一处，你我可能理解得不一样。
我先就一句话向你请教。
""",
    """
There is one sentence I would like to check with you.
Please take another look at one thing you said.
I am not sure about one part, so let us compare notes.
Let me go over one statement with you.
Let us go back to one of your sentences.
One bit I would ask you to think about again.
There is a line in there I would like explained once more.
Before we go on, let us verify one thing.
I would like to single out one statement of yours.
One sentence made me wonder, so let us look at it together.
Let me pause on one of your sentences.
Let us reason through one claim again.
There is something I would like you to test for me.
Please look back at a sentence of your own.
For one of your statements I want to see when it holds.
Let us try one of your statements against practice.
There is one thing between us to clear up.
Let us spend a moment on a single statement.
About one of the lines I have my doubts.
Let us pick one line and look closely.
On one part you and I may see things differently.
First I have something to ask about one sentence.
""",
)
STEPS_BACK = _lines(
    """
我们先从小一点的地方看。
没关系，先看其中一小块。
我们退一步，从简单的说起。
先不求全，只看一处。
我把问题拆小一点。
换个容易入手的地方。
我们慢慢来，先看一个小环节。
先放下整道题，只谈一件事。
不着急，我们从一处具体的说起。
我给你一个小一点的入口。
先从一个具体的场面开始。
咱们把范围缩小一些。
我换一个更小的问法。
先把其中一步想清楚。
我们一小步一小步来。
挑一处，凭经验说就行。
先别管整体，看眼前这一点。
我来帮你开个头。
我们找个抓手，从这里想起。
把它当成日常工作里的一件小事来想。
先看最基本的一步。
说多说少都可以，我们先看这里。
""",
    """
Let us start with something smaller.
No worries, let us look at one small part first.
Let us take a step back and begin simply.
Never mind the whole, just one place for now.
I will break this into smaller pieces.
Let us try an easier way in.
Slowly, one small piece first.
Put the big question aside and take just one thing.
There is no hurry, so let us begin with something concrete.
Here is a smaller door into it.
Let us begin with a concrete scene.
Let us narrow it down a bit.
I will ask in a smaller way.
First let us get one step clear.
We can do this in small steps.
Take one place and go by experience.
Leave the whole picture for later and look at this bit.
Let me help you get started.
Let us find something to hold on to.
Think of it as a small task on an ordinary day.
Let us look at the most basic step.
A little is enough, so let us look here.
""",
)
CLOSINGS = _lines(
    """
这道题就聊到这里。
好，这一题先到这儿。
这题我们谈完了。
这一题可以收尾了。
这道题到此为止，辛苦了。
我们可以放下这一题了。
好，关于这题我没有别的要问了。
这一题就停在这里吧。
谢谢，这题告一段落。
这题谈得差不多了。
我们把这一题合上。
好，这道题就这样收住。
这题的讨论到这里为止。
这一题我问完了。
谢谢你，这道题聊完了。
到这里，这一题就结束了。
好，我们给这题画个句号。
这题先放下，喘口气。
关于这道题，我都听到了。
可以了，这一题就谈到这儿。
这题走完了，谢谢你一路讲下来。
好，那这题我就不再追问了。
""",
    """
That brings us to the end of this question.
Okay, let us leave this question here.
We are done with this one.
We can wrap this question up.
That is all for this question, thanks for the effort.
We can put this one down now.
I have nothing more to ask on this question.
Let us stop here with this one.
Thank you, this question is complete.
We have talked this one through.
Let us close this question.
Right, this one ends here.
Our talk about this question stops here.
I have asked all I wanted on this one.
Thanks, that was this question.
With that, this question is over.
Let us draw a line under this one.
Let us set this one aside and take a breath.
I have heard what I wanted to hear about for this question.
That will do for this one.
We have come to the end of this one, thank you for walking me through.
Then I will not ask further on this question.
""",
)
NEUTRAL = _lines(
    """
好，记下了。
收到。
好的，已经记录。
谢谢，我记下来了。
嗯，这段记下了。
好，收到你的回答。
你的回答已经收好。
谢谢，已收到。
好的，我这边记录完了。
这段回答我存好了。
明白，已经写进记录。
好，回答收到了。
谢谢你的回答。
收下了，谢谢。
好，这一段已记录在案。
嗯，我记录好了。
好的，收到这段回答。
你的话已经记下。
谢谢，这一条存下了。
好，内容都记下来了。
这一条我收到了。
好的，谢谢作答。
""",
    """
Okay, noted.
Received.
Thank you, that is recorded.
Thanks, I have written it down.
I have noted this part.
I have received your answer.
Your answer is safely stored.
Thanks, it has arrived.
All right, recorded on my side.
This answer is kept.
Understood, it is in the record.
Okay, your answer came through.
Thank you for your answer.
Taken down, thank you.
This part is now on record.
Right, I have made a note.
Okay, I have this answer.
Your words are noted.
Thanks, this one is saved.
All of it has been written down.
I have this one.
All right, thanks for answering.
""",
)
YOURS = _lines(
    """
你问的那一点由你来定。
那一点题目没有限定，按你说的来。
你提的那个前提可以，就按它往下想。
那个条件你自己取就好。
你问的地方没有规定，随你假设。
就照你理解的意思来。
可以这样假设，我跟着你的设定走。
那里留给你决定，说明白就行。
你的那个疑问，按自己的情形取就可以。
那一点我不加限制。
你怎么设定，我就怎么听。
那个地方你说了算。
按你熟悉的情形来设定那一点就好。
你那样理解就可以继续。
那里没有标准设定，照你的来。
你问的部分不用拘束。
那一点取哪种都行，你选的我接着听。
那个问题先按你的习惯处理。
就按你刚才设的条件。
那一处我们以你的设定为准。
""",
    """
What you asked about is up to you.
The question leaves that open, so go with yours.
That premise is fine, let us build on it.
You may set that condition yourself.
Nothing is fixed there, assume what you like.
Take it the way you understood it.
You may assume that, and I will follow.
I leave that to you as long as you say so.
For your query, take the case you know.
I put no limits on that.
However you set it, I will go along.
That part is your call.
Set that as in the systems you know.
Reading it that way is fine.
There is no standard setting for that, so yours it is.
No need to feel bound on that.
Either is fine there, and I will go with your pick.
Handle that the way you usually would.
We keep the condition you set.
On that, your assumption stands.
""",
)

OPEN_ENDED = _lines(
    """
“{words}”这一点题目没有限定，你可以先假设一个，说出来就行。
你问的“{words}”题目里没写，由你来定，讲的时候带上你的假设。
关于“{words}”没有固定的设定，按你熟悉的情形来，说明白就好。
“{words}”由你自己定一个合适的，后面我们就按它谈。
“{words}”我不作限制，你选一种情形，告诉我为什么这样选。
题目没说“{words}”，你先设一个前提，我们就以它为准。
“{words}”这里留给你决定，只要把前提说清楚。
“{words}”没有规定，你觉得影响结论的话，可以分情况讲。
先自己给“{words}”一个假设吧，之后保持一致就行。
“{words}”我这边没有更多的信息，请你先假设再往下讲。
“{words}”交给你来设，说一句你设的是什么。
就“{words}”来说，你按平时会遇到的情况取就可以。
""",
    """
The question does not fix “{words}”, so assume something and say what.
“{words}” is not in the question, it is yours to decide, just mention your assumption.
For “{words}” nothing is set, so take a case you know and name it.
Choose something sensible for “{words}” and we will go by it.
I put no limit on “{words}”, pick a case and tell me why.
Nothing is said about “{words}”, so set a premise and we will keep to it.
I leave “{words}” to you as long as the premise is clear.
“{words}” is open, and if it changes your conclusion you may treat the cases apart.
Make an assumption of your own about “{words}” and stay with it.
I have no more than that on “{words}”, please assume something and go on.
“{words}” is for you to set, one sentence on it is enough.
As to “{words}”, take whatever you would meet in practice.
""",
)
FIRST_OF_TWO = _lines(
    """
题目没有限定，先按“{words}”来想，换一种时有什么不同也可以说。
两种都可以，我们先当作“{words}”。
就先假设是“{words}”吧，另一种你也可以顺带谈。
这里没有规定，先取“{words}”这一种往下讲。
先按“{words}”处理，如果另一种结论会变，请你告诉我。
那我们约定是“{words}”，后面都照这个来。
不妨先设成“{words}”，讲完再看另一种。
两种情形都说得通，先走“{words}”这条。
先从“{words}”讲起，这算我们的共同前提。
为了好谈，就定为“{words}”。
""",
    """
The question leaves it open, so take “{words}” first and say what would change otherwise.
Either is fine, let us begin with “{words}”.
Let us assume “{words}”, and you may touch on the other as well.
Nothing is fixed here, so go with “{words}” for now.
Take it as “{words}”, and tell me if the other case changes your conclusion.
Let us agree on “{words}” and keep to it.
Suppose it is “{words}” and look at the other one later.
Both make sense, so we go down the road of “{words}”.
Start from “{words}”, that is our common premise.
To have something to talk about, let it be “{words}”.
""",
)
AGREED = _lines(
    """
这一点我们刚才说好了：{words}
还是按前面定的来，{words}
和刚才一样，{words}
前面已经约定过，{words}
我们不改设定，{words}
保持之前的前提，{words}
""",
    """
We settled that a moment ago: {words}
Let us stay with what we agreed: {words}
The same as before: {words}
That was decided earlier: {words}
We keep the setting: {words}
The premise from before still holds: {words}
""",
)
AGAIN = _lines(
    """
这个刚才说过，我再讲一遍。
和前面说的一样。
再重复一次，没关系。
这一点前面给过你。
还是那个设定。
我再说一次，方便你记。
""",
    """
I mentioned this before, here it is again.
The same as I told you.
Once more, no trouble at all.
I gave you this one earlier.
The setting has not changed.
Let me repeat it so that you have it.
""",
)
UNCLEAR = _lines(
    """
就按字面来理解，说说你会怎么做、为什么这样做。
我换个说法：把它当成你手上的一件事，讲讲你先做什么、再做什么。
不用猜我的用意，讲你自己会怎么处理就好。
可以从一个具体的场面讲起，你遇到它会怎么办。
哪个词让你拿不准，可以单独问我；也可以按自己的理解先讲。
照你读到的意思答，偏了我会把你拉回来。
""",
    """
Take it literally and tell me what you would do and why.
Put differently: imagine it lands on your desk, and tell me what you do first and next.
No need to guess what I am after, just say how you would handle it.
Start from a concrete case and say what you would do in it.
If a single word puzzles you, ask me about it, or go by your own reading.
Answer it the way you read it, and I will steer if need be.
""",
)
NOT_TOLD = _lines(
    """
这个我现在先不说，出结果的时候你会看到完整的说明。
对不对先放一放，你按自己的想法讲下去。
我先不下判断，想听你自己的理由。
答案要留到最后，现在我更想知道你怎么想。
先不揭晓，你说说为什么会这样认为。
这一步我不能替你走，你大胆讲。
现在说出来就没意思了，先讲讲你的判断。
你先给出自己的看法，结束以后我们一起对照。
我暂时不表态，请照你的思路往下说。
这里我只听不评，讲完再看。
""",
    """
I will keep that for later, you will see it all with the result.
Let us leave right or wrong aside, just carry on with your idea.
I will not judge yet, I would rather hear your reasons.
The answer comes at the end, for now I want to know how you think.
Not yet, but do tell me why you believe so.
That step is yours to take, so go ahead boldly.
Telling you now would spoil it, so give me your own verdict first.
Give me your view first and we will compare afterwards.
I am not taking sides yet, please follow your own line.
Here I only listen, we look at it when you are done.
""",
)
SAID_BEFORE = _lines(
    """
好，我回头再看一遍你写的那一段。你也可以在这里用一两句话把它接上。
我去看你前面那几句。看到结果以后，你还能在那一处标出自己的原话，再判一次。
明白，前面的话都在，我会对照着看。想补一句的话现在就可以。
抱歉让你觉得重复了，我再读一遍你说过的。要是只差一句，请直接补在这里。
你说过的我不会丢掉，出结果后可以把那几句标给我看。现在不妨接着往下讲。
好，以你前面写的为准，我再核一遍。还想加什么就写在下面。
我重新看一眼那一段。如果是我漏了，看结果时标出那句话就能再判。
收到，我翻回去看。你也可以只写和刚才不同的地方。
你的话都留着，我再对一遍。结果里的每一处，都可以标出原话来提异议。
行，我先去看前文。这里写一句最要紧的也行。
""",
    """
All right, I will read that passage of yours again. You may also tie it in here in a sentence or two.
I am going back to those lines. With the result you can mark your own words there and have them looked at again.
Understood, what you wrote is all there and I will hold it against this. If you want to add a line, now is fine.
Sorry if that felt repetitive, I will reread what you said. If only a sentence is missing, put it right here.
Nothing you said is lost, and beside the result you can mark those words for me. For now do carry on.
Fine, your earlier text counts and I will check it once more. Anything to add goes below.
Let me take another look at that part. If I missed it, marking the sentence in the result gets it judged again.
Got it, I am looking back. You may also write only what is different this time.
Your words are kept and I will compare. In the result, each finding can be contested with your own words.
Very well, I look at the earlier text first. A single key sentence here is welcome too.
""",
)
DISAGREES = _lines(
    """
你可以不同意。看到结果以后，在那一处标出你的原话，会按那几句再看一遍。
我听到了，先不争。结果出来以后，每一处判断都可以标出原话来申诉。
有异议很正常。请在结果里把你认为说到的那句标出来，我们就谈那一处。
好，你的意见我记下了。分数不会因为争论改变，但标出原话以后那一处会重新看。
可能是我看漏了。看结果时请指给我是哪一句。
你说的我会当真。在结果里把依据的那句话标上，就会再判。
先记下你不服的这一处。等看到结果，用你的原话来说服我。
这一处可以复核，方法是在结果里标出你的那几句。现在也可以把理由补在回答里。
我愿意再看。请先把这题讲完，再在结果里标出你觉得被漏掉的话。
明白你的不满。评判只看写下来的话，到时把那句圈出来就好。
""",
    """
You are free to disagree. With the result on the page, mark your words there and they will be looked at again.
I hear you, let us not argue now. Every finding in the result can be contested with your own words.
An objection is fine. In the result, mark the sentence you believe says it and we talk about that one.
Your view is noted. Arguing changes no score, but marked words get that part a second look.
I may have overlooked something. When you see the result, please show me which sentence it was.
I take that seriously. Beside the result, mark the line you rely on and it is judged again.
I keep in mind where you object. Convince me with your own words once the result is there.
This can be reviewed by marking your sentences in the result. You may also add your reasons to the answer now.
I am willing to look again. Please finish this one first, then mark in the result what you think was missed.
I understand the frustration. Only what is written counts, so point out that sentence when you see the result.
""",
)
HINTS = _lines(
    """
点“{hint}”会扣 {cost} 分，换来一个方向。
“{hint}”按钮会扣 {cost} 分，值不值得你来决定。
需要的话可以用“{hint}”，这题会少 {cost} 分。
先说清楚，看一次“{hint}”这题要减 {cost} 分。
可以给方向，不过点“{hint}”要付 {cost} 分的代价。
“{hint}”就在下面，用一次少 {cost} 分。
想要现成的方向，就点“{hint}”，代价是 {cost} 分。
提醒一下价格：“{hint}”一次是 {cost} 分。
你可以拿 {cost} 分换一个“{hint}”。
“{hint}”是要花分的，一次 {cost} 分。
""",
    """
Pressing “{hint}” costs {cost} off this question and gives you a direction.
The “{hint}” button takes {cost} off, it is your decision.
You may use “{hint}” if you like, the question then loses {cost}.
To be clear first, a look at “{hint}” takes {cost} away here.
I can give a direction, but “{hint}” has a price of {cost}.
“{hint}” is right below and takes {cost} each time.
For a ready direction press “{hint}”, which costs you {cost}.
A word on the price: one “{hint}” is {cost}.
You can trade {cost} for one “{hint}”.
“{hint}” is not free, each one is {cost}.
""",
)
SMALLER = _lines(
    """
也可以先不看提示，从这个小一点的问题想起：{ask}
或者先答一个小一点的：{ask}
不想花分的话，先想想这个：{ask}
另一条路是先看一小块：{ask}
你也可以从这里开个头：{ask}
不用提示的话，试试这一处：{ask}
要么我们缩小一点：{ask}
先回答这一小步也行：{ask}
""",
    """
Or leave the hint and begin with this smaller question: {ask}
Or take something smaller first: {ask}
If you would rather not pay, think about this: {ask}
Another way is to look at one small part: {ask}
You could also start here: {ask}
Without a hint, try this part: {ask}
Or we make it smaller: {ask}
One small step will do as well: {ask}
""",
)
NUDGES = _lines(
    """
也可以挑你最熟的一小块，先说它在解决什么问题。
或者跟着一个请求走一遍，看它在哪一步会出麻烦。
不用提示的话，先讲你做过的最接近的事。
要么先说你最担心哪里出错，我们从那里展开。
先写一句也行，不完整没关系。
也可以想一想：没有它的时候，谁会最先受苦。
从你会先看什么、先问谁讲起，也是个办法。
先把你确定的部分说出来，不确定的放在后面。
""",
    """
Or pick the part you know best and say which problem it solves.
Or walk along with one request and see where it gets into trouble.
Without a hint, tell me about the closest thing you have done.
Or say what you would worry about most and we go on from there.
A single sentence is a start, it need not be complete.
You might also ask who would suffer first without it.
Beginning with what you would look at first is one way.
Say what you are sure of first and leave the rest for later.
""",
)
WAITS = _lines(
    """
不急，想好了再说。
你慢慢想，我等着。
好，先整理一下，准备好了再写。
没关系，多想一会儿。
时间给你，理清楚再讲。
不着急，可以先在纸上画一画。
好的，想到哪里就从哪里说起。
你先琢磨，我不催。
停一停也没事，想到一点就写一点。
""",
    """
Take your time, write when you are ready.
No hurry, I will wait.
Sure, sort your thoughts first.
That is fine, think it over a little longer.
The time is yours, tell me once it is clear.
No rush, sketch it on paper if that helps.
All right, start from wherever you get to.
Think it through, I am not pushing.
A pause is fine, even one thought is a beginning.
""",
)
UNKNOWNS = _lines(
    """
没关系，不会就直说。想先放下，可以点“{unknown}”；想试试的话，猜着讲几句也行。
坦白说不会也很好。点“{unknown}”就过，或者点“{hint}”换个方向。
谢谢你直说。按“{unknown}”我们就往下走，愿意猜一猜也欢迎。
这块没碰过很正常。可以凭经验推一推，也可以点“{unknown}”。
好的，不勉强。下面有“{unknown}”，也有“{hint}”，由你选。
没事，谁都有盲区。想留一句猜测就写，不想写就点“{unknown}”。
了解。真没头绪就按“{unknown}”，还有一点感觉的话先说那一点。
不会不丢人。你可以点“{unknown}”，也可以从相近的经验讲起。
明白了。确定要放下时请点“{unknown}”，我不会因为这句话替你决定。
那就轻松一点，猜错也无妨；或者点“{unknown}”收住这一问。
""",
    """
That is all right, thanks for saying so. Press “{unknown}” to leave it, or make a guess if you like.
Being straight about it is good. “{unknown}” takes you on, or “{hint}” gives a direction.
Thank you for being open. With “{unknown}” we move on, and a guess is welcome too.
Not having met this is quite normal. Reason from experience, or press “{unknown}”.
Fine, no pressure. Below are “{unknown}” and “{hint}”, the choice is yours.
No harm done, everybody has blind spots. Write a guess if you want one on record, otherwise press “{unknown}”.
I see. With nothing at all to go on press “{unknown}”, with a faint idea tell me that one.
There is no shame in it. You may press “{unknown}” or begin from something similar you know.
Understood. When you are sure you want to leave it, press “{unknown}”, these words alone decide nothing.
Then take it easy, a wrong guess does no harm, and “{unknown}” ends it.
""",
)
SKIPS = _lines(
    """
可以，想换一题请点下面的“{skip}”。
没问题，按一下“{skip}”我们就往后走。
要过这一题的话，点“{skip}”就行，我不会替你按。
好，决定权在你：“{skip}”按钮在回答框下面。
想往后走，请用“{skip}”；想再说两句也可以接着写。
换题要用“{skip}”按钮，打字不会让题目变动。
那就点“{skip}”吧，后面的题在等着你。
这题不想谈了，可以用“{skip}”离开它。
按“{skip}”会到下一处；还有想法就先写下来。
明白，请点“{skip}”，这样我才知道你拿定了主意。
""",
    """
Sure, press “{skip}” below to move to another question.
No problem, one press on “{skip}” and we go on.
To pass on this one, use “{skip}”, I will not press it for you.
It is your call: the “{skip}” button is under the answer box.
To go on, use “{skip}”, or keep writing if there is more.
Changing the question takes the “{skip}” button, typing alone moves nothing.
Then press “{skip}”, the next ones are waiting.
If you would rather not talk about this, “{skip}” takes you off it.
“{skip}” leads on, and if you still have a thought write it down first.
Understood, press “{skip}” so that I know you have decided.
""",
)
ENDS = _lines(
    """
好的，要结束请点“{end}”，说过的都会留着。
可以，点“{end}”就能看到报告。
想停在这里，请按“{end}”，辛苦了。
结束要用“{end}”按钮，我不会因为一句话就收场。
那就点“{end}”吧，已经答过的照样有结果。
没问题，“{end}”在页面上方，按下前还会再问你一次。
""",
    """
All right, press “{end}” to stop, everything said so far is kept.
Sure, “{end}” takes you to the report.
To stop here, use “{end}”, and thanks for your work.
Ending takes the “{end}” button, a sentence alone does not close the interview.
Then press “{end}”, what you have answered still gets its result.
No problem, “{end}” is at the top, and it asks once more before it stops.
""",
)
GO_ONS = _lines(
    """
好，我们继续。这一问还等着你的回答，先说说你的思路。
那就接着来，从这一问讲起吧。
好的，往下走之前，先听你说说这一处；不想答就点“{skip}”。
继续没问题，你先开口，哪怕一句也行。
好，轮到你了，想从哪里讲都可以。
嗯，先把眼前这一问说几句；要过就点“{skip}”。
""",
    """
Good, let us continue. This one is still waiting for your answer, so tell me how you would go about it.
Then on we go, starting with this one.
Happy to, but let me hear you on this first, or press “{skip}” to pass.
Going on is fine, you speak first, even one sentence.
Good, your turn, start wherever you like.
Sure, say a few words on this one first, or press “{skip}”.
""",
)
LANGUAGES = _lines(
    """
你用中文还是英文回答都可以。我说话用的语言在开场设置里选，中途不变。
两种语言我都看得懂，用你顺手的那种写就行。题目的语言要在新开一场时换。
可以，你直接换一种语言答就行，不影响评判。
想整场换语言，请在下一场开始前设置；这一题用哪种语言答都没关系。
""",
    """
You may answer in Chinese or English. The language I speak is chosen when an interview starts and stays as it is.
I read both languages, so write in whichever suits you. The questions change language with a new interview.
Sure, just answer in the other language, it makes no difference to the judgement.
To change it for good, set it before the next interview, and answer this one in either.
""",
)
GREETINGS = _lines(
    """
你好，准备好了就可以开始答这一问。
你好，很高兴和你聊，我们从这一问开始吧。
欢迎，放轻松，想到哪里讲到哪里。
你好，我在这里，你先说说你的思路。
嗨，我们开始吧，不用太拘束。
你好呀，慢慢来，我听着。
""",
    """
Hello, start whenever you are ready.
Hi, good to have you here, let us begin with this one.
Welcome, relax and say what comes to mind.
Hello, I am here, tell me how you would go about it.
Hi there, let us get going, no need to be formal.
Good to meet you, take your time, I am listening.
""",
)
PROGRAMS = _lines(
    """
我是一个练习面试的程序，不是真人，评分规则就在这台机器上运行。我们看题吧。
和你说话的是一个程序，按固定的规则听和评，背后没有语言模型。接着答吧。
我不是人，是离线运行的面试程序。有想法就讲，我会认真看。
我只是个面试练习程序，没有联网的大模型在后面。回到这一问吧。
""",
    """
I am a program for practising interviews, no person, and the rules that judge run on this machine. Shall we look at the question.
You are talking to a program that listens and judges by fixed rules, with no language model behind it. Do go on.
I am not human but an interview program that works offline. Tell me your thoughts and I will read them with care.
Just a practice program, with no online model behind me. Back to the question.
""",
)
MODELS = _lines(
    """
我是一个练习面试的程序，背后用的语言模型是 {model}，分数由程序计算。我们看题吧。
和你说话的是一个程序，话由模型 {model} 帮忙说，分由规则来算。接着答吧。
我不是人，是接了 {model} 的面试程序。有想法就讲。
我只是个面试练习程序，用的模型叫 {model}。回到这一问吧。
""",
    """
I am a program for practising interviews with the language model {model} behind it, and code computes the score. Shall we look at the question.
You are talking to a program that words things with the help of {model} and scores by rules. Do go on.
I am not human but an interview program that uses {model}. Tell me your thoughts.
Just a practice program, and the model is called {model}. Back to the question.
""",
)
ORDERS = _lines(
    """
这个我做不到，评判只看你的回答。我们回到题目上来吧。
这句话不会改变什么，请用自己的话来回答。
规则不能在对话里改，我们接着谈这一问。
这样的要求我不照办，你讲讲自己的思路吧。
说这个没有用处，内容才算数，请继续。
我只看你怎么回答问题，别的话不起作用。
""",
    """
I cannot do that, only your answer counts. Let us get back to the question.
That changes nothing here, please answer in your own words.
The rules are not changed in conversation, let us go on with the question.
I will not act on that, tell me how you would go about it instead.
Saying so has no effect, the content does, so please continue.
I look only at how you answer, other words do nothing.
""",
)
COMFORTS = _lines(
    """
先喝口水，缓一缓，这只是练习；准备好了，从你最熟的一小块说起就行。
紧张很正常，做几次深呼吸，慢慢来，一句一句讲就好。
别怕，讲错也没有关系，我们从你最有把握的一点开始。
累了就歇一会儿，内容都存着，等你缓过来再继续。
很多很厉害的人也会这样，先放松肩膀，想到一点就写一点。
没事的，你已经在练了，这本身就不容易；不急，我等你。
""",
    """
Have a sip of water and take a moment, this is only practice, and you can begin with the bit you know best.
Being nervous is quite normal, breathe slowly and take it one sentence at a time.
Do not worry, mistakes do no harm here, let us start from what you are surest of.
Rest a while if you are tired, everything is saved and will wait for you.
It happens to a lot of good people, so loosen your shoulders and write one thought when it comes.
It is all right, practising at all takes courage, and there is no hurry.
""",
)
CARE = _lines(
    """
听你这么说，我很在意你现在好不好，题目先放下，去找一个你信任的人说说话吧，你不必一个人扛着。
面试一点也不重要，你才重要，请先停下来，联系一位亲近的人陪陪你。
你说的让我担心，先别管这些题了，身边有愿意听你说的人，请现在就告诉他。
""",
    """
I care more about how you are than about any question, so please leave this and talk to someone you trust, you need not carry it alone.
The interview does not matter, you do, please stop here and reach out to somebody close to you.
What you say worries me, so forget the questions for now and tell a person near you how you feel.
""",
)
THANKS = _lines(
    """
不客气，也辛苦你了，我们接着来。
应该的，你继续说。
别客气，这一问我还想听你讲讲。
谢谢你也这么认真，往下说吧。
""",
    """
You are welcome, and thank you for the effort, let us go on.
My pleasure, do continue.
Not at all, I would still like to hear you on this one.
Thanks to you too for taking it seriously, please go ahead.
""",
)
TROUBLES = _lines(
    """
你的消息我收到了。要是再卡住，刷新页面就好，写过的内容都存着。
我这边看得到你的话。页面不灵的时候重新打开，进度不会丢。
收到了，没有丢。再遇到就刷新一下，从断掉的地方继续。
别担心，已经到了；网络不稳时多等几秒，草稿会自己保存。
""",
    """
Your message did arrive. If it sticks again, reload the page, everything you wrote is saved.
I can see your words. When the page does not react, open it again, nothing gets lost.
It came through. Should it happen again, refresh and carry on from where you were.
Do not worry, it is here, and with a shaky network wait a few seconds, drafts save themselves.
""",
)
SCORES = _lines(
    """
分数看的是意思有没有讲到、讲得多具体，不数关键词；别人的成绩我没有，和自己上一次比就好。
评分只看内容，说出怎么做、为什么，比罗列名词管用，大致六十分是主要的都在了，八十以上算很好。
分是按讲清楚了多少来算的，长短和打字快慢都不影响，跟自己比最有意思。
讲明白做法和理由才长分，六十左右算站得住，再往上看你讲得多具体。
""",
    """
Scores go by whether the idea is there and how concrete it is, not by keywords, and the best comparison is your own last run.
Only the content counts, and saying how and why does more than naming terms; sixty means the main things are there, eighty and more is strong.
The score follows how much is made clear, neither length nor speed matters, so measure yourself against yourself.
Explaining how and why is what moves it, around sixty is solid, and above that it is a matter of detail.
""",
)
PROCEDURES = _lines(
    """
题数、追问和时限都是开场时选的，没设时限就不计时，中途随时可以停。
打字慢没有影响，设了时限才会计时；一共几道题，页面上方看得到。
流程很简单：我问，你答，我可能再追问一两次；几道题、多长时间，都照你开场选的来。
还剩几题看页面上方，时间只有你设了才会走，不用赶。
""",
    """
How many questions, follow-ups and minutes was chosen at the start, with no limit set no clock runs, and you can stop at any time.
Slow typing costs nothing, time counts only if a limit was set, and the top of the page shows how many questions there are.
It is simple: I ask, you answer, I may follow up once or twice, and the number and the time are what you chose at the start.
What is left you see at the top of the page, the clock only runs if you set one, so no need to rush.
""",
)
LOOK_UPS = _lines(
    """
可以查，不过先凭自己的理解答一遍，练习效果更好。
查资料我拦不住，也不反对，只是先自己讲一遍更有收获。
没人不让查，真面试时可查不了，所以先试着自己说。
""",
    """
You may, though trying it from memory first teaches you more.
Looking things up is fine with me, but say it in your own words first.
Nothing stops you, yet a real interview would, so give it a try on your own first.
""",
)
TESTS = _lines(
    """
收到，输入一切正常，可以开始作答。
看到了，消息能发过来，请开始吧。
测试成功，轮到正式回答了。
""",
    """
Received, your input works, you can begin to answer.
I see it, messages come through, please begin.
The test went fine, now for the real answer.
""",
)
PRIVACY = _lines(
    """
站点由谁运营我说不准，不过你的全部记录都可以在“我的数据”里导出或删除。
记录归你，想带走或删掉，请到“我的数据”。
我不能替运营的人保证什么；在“我的数据”里，你随时能看、能导、能删。
""",
    """
I cannot speak for whoever runs this site, but under “My data” you can export or delete all of it.
The record is yours, to take it along or delete it go to “My data”.
I cannot promise anything for the people who run this, yet “My data” lets you see, export and delete it at any time.
""",
)
CHATS = _lines(
    """
哈哈，那我们就轻松地聊，说说你对这一问的看法。
有意思，不过我们先把这一问谈完。
嗯，我在听，回到题目上来吧。
好，闲话以后再说，先讲讲你的思路。
那正好，你来说说会怎么做。
""",
    """
Ha, then let us keep it relaxed, how would you go about this one, in your own words.
Interesting, but let us finish this one first.
I am listening, so back to the question.
Fine, small talk later, tell me your thoughts on this first.
Good, then tell me what you would do.
""",
)
UNSURES = _lines(
    """
我没听准：这是你的回答，还是在问我？下面点一下就行。
这句是作答，还是想问我点什么？请在下面选一个。
确认一下，刚才那句算你的回答，还是一个问题？
我先不评，你告诉我这是回答还是提问。
这话两种意思都像，是回答就点回答，是问我就点提问。
你是在答题，还是在和我确认？选一下我就接着来。
不想误会你：刚才那句当作回答吗，还是当作问题？
这是你的作答吗？如果是在问我，也请点一下。
""",
    """
I am not sure I got that: is this your answer, or a question to me? One click below settles it.
Is that your answer, or did you want to ask me something? Please choose below.
Just to be sure, does that count as your answer or as a question?
I will hold off judging, tell me whether this is an answer or a question.
It could be read both ways, so pick answer or question below.
Are you answering, or checking something with me? Choose and I will go on.
I would not want to misread you: shall I take that as an answer, or as a question?
Was that your answer? If you are asking me, please say so with the button.
""",
)
ENOUGH = _lines(
    """
这一问我们已经来回聊了几次，现在请你直接答答看，不完整也没关系。
背景就先说到这里，请试着给出你的回答；要放下就用下面的按钮。
剩下的都由你来假设，请开始作答吧，一两句也可以。
我想先听到你的回答，其他的我们之后再聊。
先写下你的答案吧，哪怕只有一部分，我会从那里接着问。
该轮到你了，请就这一问说说你的做法；不想答可以点“{skip}”。
聊得差不多了，请你按自己的理解答一次。
现在最有用的是你的回答，写几句就行，写错了也不要紧。
我先不再补充了，期待你的回答；真没有头绪就点“{unknown}”。
请先试着答一答，答过以后我才好往下接。
我们把话头交给你，请说说你会怎么做。
问题先放一放，把你现在能说的说出来就很好。
""",
    """
We have gone back and forth on this a few times, so please try an answer now, it need not be complete.
Let that be enough background, please give it a try, or use the buttons below to leave it.
The rest is yours to assume, please begin, one or two sentences will do.
I would like to hear your answer first, anything else can follow.
Write down what you have, even a part of it, and I will go on from there.
It is your turn, please say how you would do it, or press “{skip}” if you would rather not.
We have talked about it enough, please answer it the way you understand it.
What helps most now is your answer, a few lines are fine and so are mistakes.
I will add nothing more for now and look forward to your answer, and with no idea at all press “{unknown}”.
Please have a go first, then I have something to build on.
Over to you, tell me what you would do.
Let the questions rest, say what you can say now and that will be fine.
""",
)
